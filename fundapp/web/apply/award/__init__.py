"""After an award: accepting it, where its money goes, claims."""
