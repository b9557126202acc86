"""What the documentation needs beyond Sphinx, an idea a file."""
