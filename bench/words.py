"""The words of the synthetic record: phrase templates in three languages, and what goes into them.

Written for the benchmark; nothing here was said by anybody. Braces name what is put in: `place`,
`region`, `thing` (hit), `arms`, `street`, `body`, `figure`.
"""

LANGUAGES = ("en", "uk", "ru")
SHARES = (45, 30, 25)

TITLES = {
    "en": (
        "{arms} strike on {place}: {thing} hit",
        "Explosions reported in {place}, {region}",
        "{thing} damaged in {place} after an attack with {arms}",
        "Air defence at work over {place}",
        "Fire at {thing} in {place}",
        "Who holds {place}: accounts differ",
        "Overnight attack on {region}: {thing} on {street} street",
        "Shelling of {place}, {thing} in ruins",
    ),
    "uk": (
        "Удар по місту {place}: {arms}, пошкоджено об’єкт «{thing}»",
        "Вибухи в районі {place}, {region}",
        "{place}: після атаки ({arms}) горить {thing}",
        "Протиповітряна оборона працює над містом {place}",
        "Пожежа: {thing}, {place}, вулиця {street}",
        "Хто контролює {place}: дані різняться",
        "Нічна атака на область: {region}, {thing}",
    ),
    "ru": (
        "Удар по городу {place}: {arms}, повреждён объект «{thing}»",
        "Взрывы в районе {place}, {region}",
        "{place}: после атаки ({arms}) горит {thing}",
        "Противовоздушная оборона работает над городом {place}",
        "Пожар: {thing}, {place}, улица {street}",
        "Кто контролирует {place}: сведения расходятся",
        "Ночная атака на область: {region}, {thing}",
    ),
}
SUMMARIES = {
    "en": (
        "Officials and residents spoke of {arms}; {thing} is said to have been hit.",
        "Reports name {thing} and {street} street. Both sides commented on the attack.",
        "The {region} authorities reported an attack; what was hit is disputed.",
        "Several reports describe the night; figures were revised during the day.",
    ),
    "uk": (
        "Посадовці та мешканці говорять про удар: {arms}. Як повідомляють, пошкоджено: {thing}.",
        "У повідомленнях названо {thing} і вулицю {street}. Обидві сторони прокоментували атаку.",
        "Влада ({region}) повідомила про атаку; що саме вражено, залишається спірним.",
        "Кілька повідомлень описують ніч; протягом дня дані уточнювали.",
    ),
    "ru": (
        "Чиновники и жители говорят об ударе: {arms}. По сообщениям, повреждён объект: {thing}.",
        "В сообщениях названы {thing} и улица {street}. Обе стороны прокомментировали атаку.",
        "Власти ({region}) сообщили об атаке; что именно поражено, остаётся спорным.",
        "Несколько сообщений описывают ночь; в течение дня данные уточняли.",
    ),
}
# What is claimed, by question. The text names the figure where there is one.
CLAIMS = {
    "en": {
        "killed": ("{figure} people were killed", "the attack killed {figure} people"),
        "injured": ("{figure} people were injured", "{figure} wounded were taken to hospital"),
        "damage": ("{thing} was damaged", "windows were broken on {street} street, {thing} burns"),
        "responsibility": (
            "the strike on {place} was carried out by the other side",
            "the troops of the other side fired {arms}",
        ),
        "weapon": ("{arms} were used", "the fragments are those of {arms}"),
        "interception": ("air defence shot down {figure} targets", "{figure} drones were downed"),
        "control": ("{place} is under full control", "the fighting for {place} goes on"),
        "verification": ("pictures match {street} street", "the report could not be verified"),
    },
    "uk": {
        "killed": ("загинули {figure} осіб", "кількість загиблих: {figure}"),
        "injured": ("поранено {figure} осіб", "до лікарень доставили {figure} поранених"),
        "damage": ("пошкоджено: {thing}", "вибито вікна на вулиці {street}, горить {thing}"),
        "responsibility": (
            "удар по місту {place} завдала інша сторона",
            "війська іншої сторони застосували: {arms}",
        ),
        "weapon": ("застосовано: {arms}", "уламки належать до типу: {arms}"),
        "interception": ("збито {figure} повітряних цілей", "знешкоджено {figure} безпілотників"),
        "control": ("{place} під повним контролем", "бої за {place} тривають"),
        "verification": ("кадри збігаються з вулицею {street}", "перевірити дані не вдалося"),
    },
    "ru": {
        "killed": ("погибли {figure} человек", "число погибших: {figure}"),
        "injured": ("ранены {figure} человек", "в больницы доставлены {figure} раненых"),
        "damage": ("повреждён объект: {thing}", "выбиты окна на улице {street}, горит {thing}"),
        "responsibility": (
            "удар по городу {place} нанесла другая сторона",
            "войска другой стороны применили: {arms}",
        ),
        "weapon": ("применены: {arms}", "обломки относятся к типу: {arms}"),
        "interception": ("сбито {figure} воздушных целей", "уничтожены {figure} беспилотников"),
        "control": ("{place} под полным контролем", "бои за {place} продолжаются"),
        "verification": ("кадры совпадают с улицей {street}", "проверить данные не удалось"),
    },
}
QUOTES = {
    "en": ("“{text}”, {body} said", "According to {body}, {text}", "{text}, wrote {body}"),
    "uk": ("«{text}», повідомили: {body}", "За даними {body}, {text}", "{text}, пише {body}"),
    "ru": ("«{text}», сообщили: {body}", "По данным {body}, {text}", "{text}, пишет {body}"),
}
# The first are named most.
ARMS = {
    "en": """
        missile|drone|guided bomb|artillery|rocket|Shahed drones|Iskander missile|mortar
        S-300 missile|Kalibr missile|Kh-22 missile|HIMARS rocket|cluster munition|Kh-101 missile
        glide bomb|Storm Shadow|ATACMS|Neptune missile|Lancet drone|tank fire|incendiary shells
        sea drone|Tochka-U|Grad rockets|Kinzhal missile|Zircon missile|Molniya drone
        Smerch rockets""",
    "uk": """
        ракета|безпілотник|керована авіабомба|артилерія|реактивна система|шахед|Іскандер|міномет
        С-300|Калібр|Х-22|HIMARS|касетний боєприпас|Х-101|плануюча бомба|Storm Shadow|ATACMS
        Нептун|Ланцет|танковий обстріл|запалювальні снаряди|морський дрон|Точка-У|Град|Кинджал
        Циркон|Молнія|Смерч""",
    "ru": """
        ракета|беспилотник|управляемая авиабомба|артиллерия|реактивная система|шахед|Искандер
        миномёт|С-300|Калибр|Х-22|HIMARS|кассетный боеприпас|Х-101|планирующая бомба
        Storm Shadow|ATACMS|Нептун|Ланцет|танковый обстрел|зажигательные снаряды|морской дрон
        Точка-У|Град|Кинжал|Циркон|Смерч""",
}
THINGS = {
    "en": """
        residential building|power substation|school|warehouse|railway station|oil depot
        hospital|private house|bridge|market|kindergarten|bus stop|factory|grain terminal
        airfield|church|library|shopping centre|pumping station|university|hotel|petrol station
        post office|stadium|museum|boiler house|thermal power plant|refinery|ammunition depot
        dam|cultural centre|bakery|greenhouse|television tower|pharmacy|cemetery|dairy
        ferry pier|monastery|fire station""",
    "uk": """
        житловий будинок|підстанція|школа|склад|вокзал|нафтобаза|лікарня|приватний будинок|міст
        ринок|дитячий садок|зупинка|завод|зерновий термінал|аеродром|церква|бібліотека
        торговий центр|насосна станція|університет|готель|заправка|пошта|стадіон|музей|котельня
        теплоелектростанція|нафтопереробний завод|склад боєприпасів|гребля|будинок культури
        пекарня|теплиця|телевежа|аптека|кладовище|молокозавод|поромний причал|монастир
        пожежна частина""",
    "ru": """
        жилой дом|подстанция|школа|склад|вокзал|нефтебаза|больница|частный дом|мост|рынок
        детский сад|остановка|завод|зерновой терминал|аэродром|церковь|библиотека|торговый центр
        насосная станция|университет|гостиница|заправка|почта|стадион|музей|котельная
        теплоэлектростанция|нефтеперерабатывающий завод|склад боеприпасов|плотина|дом культуры
        пекарня|теплица|телебашня|аптека|кладбище|молокозавод|паромный причал|монастырь
        пожарная часть""",
}
# Names of streets and people are put together from these: a few thousand words, most of them rare.
STEMS = """
Koval|Shevch|Bondar|Tkach|Krav|Oliy|Moroz|Lys|Rud|Petr|Pavl|Marc|Savch|Hryts|Klym|Melnyk|Ponom
Zakhar|Havryl|Danyl|Fedor|Roman|Levch|Kost|Boyk|Sydor|Yurch|Zhuk|Vlas|Tymosh|Kyryl|Harb|Nester
Vasyl|Sokol|Holub|Orl|Zayts|Volk|Medved|Baran|Kozl|Lebed|Horob|Snihur|Dyatl|Kruk|Sorok|Hal|Topol
Dub|Verb|Kalyn|Yavor|Klen|Berez|Lozov|Ozer|Richk|Stepan|Horn|Luh|Polyov|Zaliz|Kamin|Zolot|Sribn
Midn|Chorn|Bil|Sir|Syn|Zelen|Zhovt|Chervon|Krasn|Star|Nov|Velyk|Mal|Dovh|Korot|Vysok|Nyzk|Tykh
Buyn|Yasn|Temn|Svitl|Hark|Sol|Hirk|Kysl|Myak|Tverd|Ostr|Tup|Rivn|Kryv|Prost|Skladn|Lehk|Vazhk
"""
ENDINGS = """
enko|uk|chuk|ivskyi|ov|in|yshyn|ets|an|skyi|enkov|ynskyi|iv|yk|an'kov|ova|insk|yuk|iako|oval|asko
"""
FIRST_NAMES = """
Andriy|Olena|Serhiy|Oksana|Dmytro|Iryna|Viktor|Natalia|Mykola|Svitlana|Ivan|Tetiana|Oleh|Halyna
Yuriy|Larysa|Petro|Nadia|Vasyl|Vira|Roman|Lesia|Taras|Zoya|Anatoly|Galina|Boris|Elena|Konstantin
Olga|Pavel|Marina|Nikolai|Irina|Sergei|Tatiana|Alexei|Anna|Mikhail|Vera
"""
OUTLETS = """
Herald|News|Tribune|Today|Observer|Courier|Pravda|Wire|Radio|Telegraf|Post|Gazette|Channel|Times
Dispatch|Monitor|Live|Chronicle|Standard|Review|Vestnik|Novyny|Visti|Golos|Express
"""


def listed(text: str) -> list[str]:
    """The phrases of a list: between bars and at the ends of lines."""
    return [phrase.strip() for line in text.strip().splitlines() for phrase in line.split("|")]
