"""From a commit to every reader: positions that are safe, frames, live responses, and a look for what was missed."""
