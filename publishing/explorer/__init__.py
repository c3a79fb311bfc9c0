"""`rcw explore`: a page on the reader's own machine that shows one release, and nothing but the release."""
