"""The verbs of the office: each public one is one transaction, and says its consequences in order."""
