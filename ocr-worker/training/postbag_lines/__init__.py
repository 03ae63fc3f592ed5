"""Training of Postbag's handwriting line recogniser."""
