"""Documents to print or save: one description (`model`), two looks: a web page (`html`) and a tagged PDF (`pdf`)."""
