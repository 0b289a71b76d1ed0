"""The knowledge base: articles, their categories, and what readers ask of them."""
