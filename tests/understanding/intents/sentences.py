"""Small training data in several languages, made by putting words into frames."""

from itertools import product

from frontdesk.understanding.intents.data import Utterance

FRAMES = {
    "order_status": (
        ["where is my order {}", "has order {} left yet", "when does parcel {} arrive", "track delivery {} for me"],
        ["12", "number nine", "from Monday", "of shoes", "with the lamp", "please", "today", "quickly"],
    ),
    "opening_hours": (
        ["when do you open {}", "are you open {}", "what are your opening hours {}", "until when is the shop open {}"],
        ["on Sunday", "tomorrow", "tonight", "at Easter", "in the morning", "this week", "on holidays", "now"],
    ),
    "dolor": (
        ["me duele {}", "tengo dolor en {}", "siento mucho dolor en {}", "desde ayer me duele {}"],
        ["la cabeza", "el brazo", "la espalda", "una muela", "el pie", "la rodilla", "el cuello", "la mano"],
    ),
    "नियुक्ति": (
        ["मुझे {} मिलने का समय चाहिए", "{} डॉक्टर से मिलना है", "क्या {} समय मिल सकता है", "{} के लिए समय बुक करें"],
        ["कल", "सोमवार को", "आज", "शाम को", "सुबह", "अगले हफ्ते", "मंगलवार को", "जल्दी"],
    ),
    "退款": (
        ["我想{}退款", "请{}把钱退给我", "{}可以退款吗", "怎么{}申请退款"],
        ["现在", "马上", "今天", "全部", "部分", "尽快", "在线", "直接"],
    ),
}
OUTSIDE = [
    "who won the football match",
    "tell me a story about dragons",
    "cuánto pesa la luna",
    "what is the square root of nine",
    "write a poem on rain",
    "आज मौसम कैसा है",
]


def some(per_intent: int = 32) -> list[Utterance]:
    """Return so many utterances of each intent."""
    return [
        Utterance(frame.format(word), intent)
        for intent, (frames, fillings) in FRAMES.items()
        for frame, word in list(product(frames, fillings))[:: 32 // per_intent][:per_intent]
    ]
