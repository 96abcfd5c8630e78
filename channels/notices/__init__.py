"""Notices that leave the house: e-mail and webhook, through an outbox table, tried again until they are through or too late."""
