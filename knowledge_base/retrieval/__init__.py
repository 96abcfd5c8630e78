"""Finding the right article: embeddings, words, index, ranking, confidence."""
