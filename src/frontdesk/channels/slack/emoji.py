"""Slack's short names of the usual emoji: its reactions are named, not drawn."""

import re

VARIATION_SELECTOR = "\ufe0f"
SKIN_TONES = {tone: f"::skin-tone-{number}" for number, tone in enumerate("🏻🏼🏽🏾🏿", 2)}
NAME = re.compile(r":?([a-z0-9_+'-]{1,100}(?:::skin-tone-[2-6])?):?")

TABLE = """
👍 +1 👎 -1 👌 ok_hand 👏 clap 🙏 pray 🙌 raised_hands 👋 wave 🤝 handshake 💪 muscle 🤞 crossed_fingers ✌ v 🤙 call_me_hand
👊 facepunch ✊ fist ✋ hand 🖐 raised_hand_with_fingers_splayed 🤟 i_love_you_hand_sign 🤘 the_horns 🤌 pinched_fingers
☝ point_up 👆 point_up_2 👇 point_down 👈 point_left 👉 point_right 🖖 spock-hand 🫡 saluting_face 🫶 heart_hands
❤ heart 🧡 orange_heart 💛 yellow_heart 💚 green_heart 💙 blue_heart 💜 purple_heart 🖤 black_heart 🤍 white_heart
🤎 brown_heart 💔 broken_heart ❣ heavy_heart_exclamation_mark_ornament 💕 two_hearts 💖 sparkling_heart 💗 heartpulse
💘 cupid 💝 gift_heart 💋 kiss ❤‍🔥 heart_on_fire 💯 100 💢 anger 💥 boom 💫 dizzy 💤 zzz 💬 speech_balloon 💭 thought_balloon
😀 grinning 😃 smiley 😄 smile 😁 grin 😆 laughing 😅 sweat_smile 😂 joy 🤣 rolling_on_the_floor_laughing 🙂 slightly_smiling_face
🙃 upside_down_face 😉 wink 😊 blush 😇 innocent 🥰 smiling_face_with_3_hearts 😍 heart_eyes 🤩 star-struck 😘 kissing_heart
😗 kissing 😚 kissing_closed_eyes 😙 kissing_smiling_eyes 😋 yum 😛 stuck_out_tongue 😜 stuck_out_tongue_winking_eye
🤪 zany_face 😝 stuck_out_tongue_closed_eyes 🤑 money_mouth_face 🤗 hugging_face 🤭 face_with_hand_over_mouth 🤫 shushing_face
🤔 thinking_face 🤐 zipper_mouth_face 🤨 face_with_raised_eyebrow 😐 neutral_face 😑 expressionless 😶 no_mouth 😏 smirk
😒 unamused 🙄 face_with_rolling_eyes 😬 grimacing 🤥 lying_face 😌 relieved 😔 pensive 😪 sleepy 🤤 drooling_face 😴 sleeping
😷 mask 🤒 face_with_thermometer 🤕 face_with_head_bandage 🤢 nauseated_face 🤮 face_vomiting 🤧 sneezing_face 🥵 hot_face
🥶 cold_face 🥴 woozy_face 😵 dizzy_face 🤯 exploding_head 🤠 face_with_cowboy_hat 🥳 partying_face 😎 sunglasses 🤓 nerd_face
🧐 face_with_monocle 😕 confused 😟 worried 🙁 slightly_frowning_face ☹ white_frowning_face 😮 open_mouth 😯 hushed
😲 astonished 😳 flushed 🥺 pleading_face 😦 frowning 😧 anguished 😨 fearful 😰 cold_sweat 😥 disappointed_relieved 😢 cry
😭 sob 😱 scream 😖 confounded 😣 persevere 😞 disappointed 😓 sweat 😩 weary 😫 tired_face 🥱 yawning_face 😤 triumph 😡 rage
😠 angry 🤬 face_with_symbols_on_mouth 😈 smiling_imp 👿 imp 💀 skull ☠ skull_and_crossbones 💩 hankey 🤡 clown_face 👻 ghost
👽 alien 👾 space_invader 🤖 robot_face 🎃 jack_o_lantern 😺 smiley_cat 🙈 see_no_evil 🙉 hear_no_evil 🙊 speak_no_evil
🤷 shrug 🤦 face_palm 🙋 raising_hand 🙅 no_good 🙆 ok_woman 👀 eyes 👁 eye 🧠 brain 👶 baby 👨‍💻 male-technologist
🎉 tada 🎊 confetti_ball 🎈 balloon 🎁 gift 🎂 birthday 🏆 trophy 🥇 first_place_medal 🏅 sports_medal 🎯 dart 🎄 christmas_tree
🎅 santa ☃ snowman ⭐ star 🌟 star2 ✨ sparkles ⚡ zap 🔥 fire 💧 droplet 🌈 rainbow ☀ sunny ☁ cloud 🌙 crescent_moon ❄ snowflake
🌹 rose 🌸 cherry_blossom 🍀 four_leaf_clover 🌍 earth_africa 🦄 unicorn_face 🐳 whale 🕊 dove_of_peace 🐶 dog 🐱 cat 🐛 bug
🍌 banana 🍓 strawberry 🍎 apple 🍕 pizza 🍰 cake 🍪 cookie ☕ coffee 🍵 tea 🍺 beer 🍻 beers 🍾 champagne 🌭 hotdog
✅ white_check_mark ✔ heavy_check_mark ☑ ballot_box_with_check ❌ x ❎ negative_squared_cross_mark ➕ heavy_plus_sign
➖ heavy_minus_sign ❓ question ❔ grey_question ❗ exclamation ‼ bangbang ⚠ warning 🚫 no_entry_sign ⛔ no_entry 🛑 octagonal_sign
🆗 ok 🆕 new 🆘 sos 🔴 red_circle 🟢 large_green_circle 🟡 large_yellow_circle 🔵 large_blue_circle ⬆ arrow_up ⬇ arrow_down
➡ arrow_right ⬅ arrow_left 🔁 repeat 🔄 arrows_counterclockwise ⏳ hourglass_flowing_sand ⌛ hourglass ⏰ alarm_clock ⌚ watch
🔔 bell 🔕 no_bell 📌 pushpin 📍 round_pushpin 📎 paperclip 📝 memo ✏ pencil2 📅 date 📆 calendar 📈 chart_with_upwards_trend
📉 chart_with_downwards_trend 📊 bar_chart 📋 clipboard 📦 package 📧 e-mail ✉ email 📞 telephone_receiver ☎ phone 📱 iphone
💻 computer 🔒 lock 🔓 unlock 🔑 key 🔍 mag 🔗 link 💡 bulb 🔧 wrench 🛠 hammer_and_wrench ⚙ gear 🚀 rocket ✈ airplane 🚗 car
🏠 house 🏢 office 🏥 hospital 💰 moneybag 💳 credit_card 💊 pill 💅 nail_care 🎵 musical_note 🎓 mortar_board 🗿 moyai 👑 crown
"""
NAMES = dict(zip(*[iter(TABLE.split())] * 2, strict=True))
DRAWN = {name: drawn for drawn, name in NAMES.items()} | {"thumbsup": "👍", "thumbsdown": "👎"}
TONES = {name: tone for tone, name in SKIN_TONES.items()}


def short_name(emoji: str) -> str | None:
    """Return Slack's name of an emoji, with its skin tone; a short name stays as it is, also between colons.

    None where the emoji isn't among the usual ones.
    """
    if match := NAME.fullmatch(emoji):
        return match[1]
    drawn = emoji.replace(VARIATION_SELECTOR, "")
    tones = [tone for tone in SKIN_TONES if tone in drawn]
    name = NAMES.get("".join(char for char in drawn if char not in SKIN_TONES))
    return f"{name}{SKIN_TONES[tones[0]]}" if name and tones else name


def drawn(name: str) -> str | None:
    """Return the character of a short name, with its skin tone; None where it isn't among the usual ones."""
    plain, mark, tone = name.partition("::")
    found = DRAWN.get(plain)
    return f"{found}{TONES.get(mark + tone, '')}" if found else None
