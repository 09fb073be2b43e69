"""Letters: what each kind says, frozen; printed the same way every time; proved afterwards."""
