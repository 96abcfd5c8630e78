"""The crisis screen: deterministic rules that can't fail, in every language; a model only as a second opinion.

The rules are data (`rules/<language>.yml`), the sentences they are tested against too (`cases/<language>.yml`): a
professional reads and extends them without code. docs/safety.md explains both.
"""
