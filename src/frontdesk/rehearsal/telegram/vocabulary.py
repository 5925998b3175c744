"""The words Telegram knows: methods, chat actions, reactions, formatting tags."""

_SENDING = """
sendmessage sendphoto senddocument sendaudio sendvoice sendvideo sendanimation sendvideonote sendsticker sendmediagroup
sendlocation sendvenue sendcontact
"""
_ABOUT_A_CHAT = """
sendchataction setmessagereaction editmessagetext editmessagecaption editmessagereplymarkup deletemessage
"""
_FILES = "photo document audio voice video animation video_note sticker"
_CHAT_ACTIONS = """
typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location
record_video_note upload_video_note
"""
_REACTIONS = """
❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭
🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
_TAGS = "b strong i em u ins s strike del span a code pre blockquote tg-spoiler tg-emoji tg-time"
_STRUCTURED = """
reply_markup reply_parameters reaction media entities caption_entities allowed_updates link_preview_options
"""

SENDING = frozenset(_SENDING.split())
"""Methods that send a message, in lower case."""

ADDRESSED = SENDING | frozenset(_ABOUT_A_CHAT.split())
"""Methods that need a `chat_id`."""

FILES = {f"send{name.replace('_', '')}": name for name in _FILES.split()}
"""Methods that send one file, with the field that names it."""

CHAT_ACTIONS = frozenset(_CHAT_ACTIONS.split())
REACTIONS = frozenset(_REACTIONS.split())
TAGS = frozenset(_TAGS.split())

STRUCTURED = frozenset(_STRUCTURED.split())
"""Fields that are JSON even inside a form."""
