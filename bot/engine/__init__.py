"""How the engine process is started: launcher, channel, shim, patches (Python 3.10)."""
