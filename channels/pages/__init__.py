"""The pages that people open: widget, console, editor, demo, printable articles."""
