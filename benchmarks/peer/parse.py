"""Parses sentences with a trained Rasa model, in the environment it was trained in: a line of JSON in, a line of JSON out.

    python parse.py MODEL [--ours] < sentences.json > intents.json

Input: [{"text", "vector"?}]; output: the intents' names, without the fallback's.
"""

import asyncio
import base64
import json
import sys
import warnings

warnings.filterwarnings("ignore")


def main() -> None:
    """Load the model, parse, print."""
    model, ours = sys.argv[1], "--ours" in sys.argv
    given = json.load(sys.stdin)
    if ours:
        from bot.engine import tensorflow_shim

        tensorflow_shim.install()
        from bot.engine import patches

        patches.apply()
    from rasa.core.agent import Agent

    agent = Agent.load(model)

    async def parse() -> list:
        found = []
        for row in given:
            if ours:
                import numpy as np

                from bot.nlu import vectors

                vectors.remember(row["text"].strip(), np.frombuffer(base64.b64decode(row["vector"]), dtype="<f4"))
            parsed = await agent.parse_message(row["text"])
            ranking = [r["name"] for r in parsed["intent_ranking"] if r["name"] != "nlu_fallback"]
            found.append(ranking[0] if ranking else parsed["intent"]["name"])
        return found

    print(json.dumps(asyncio.run(parse())))


if __name__ == "__main__":
    main()
