"""How people reach us: the relative's chat, handoff, the counsellors' and editors' API, the pages."""
