"""Examine charts: Helm's rules with Helm's texts, and rules of our own. Reads directories; writes nothing but a temporary one."""
