"""The command purehelm: Helm's flags, Helm's output."""
