"""A server that speaks OpenAI here, chat completions and responses: strict about requests, unreliable as it is told to be."""

from frontdesk.rehearsal.openai.stub import Call, OpenAIStub, Order

__all__ = ["Call", "OpenAIStub", "Order"]
