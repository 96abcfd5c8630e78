"""The guided talks: a Rasa form each, a file each; what they share is in `base`, how words are taken in `understanding`."""
