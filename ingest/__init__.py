"""Posts in, vectors out: reads a corpus, cleans it, embeds it, and stores it in Chroma."""
