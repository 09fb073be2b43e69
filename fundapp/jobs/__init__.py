"""Thin jobs: each takes the id of an outbox row and hands its payload to a service."""
