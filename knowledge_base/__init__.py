"""Articles, revisions, translations, courses; languages; safety screen; embeddings, index, search; import and export.

The front door is `knowledge_base.service.KnowledgeBase`.
"""
