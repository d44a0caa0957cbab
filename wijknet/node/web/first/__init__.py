"""The first start in the browser: from a language to a paper card, in six screens."""
