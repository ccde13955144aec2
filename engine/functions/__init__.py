"""The functions that charts may call: Go's text, Sprig's and Helm's own, one family a file."""
