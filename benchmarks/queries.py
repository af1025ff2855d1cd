"""Questions to 20 Newsgroups and the newsgroups whose posts answer them, to tune a search by and to report on it.

They were written before any search was asked. In both sets the three kinds take turns, and each newsgroup is the
first of those that answer equally often.
"""

from __future__ import annotations

from dataclasses import dataclass

ATHEISM = "alt.atheism"
GRAPHICS = "comp.graphics"
WINDOWS = "comp.os.ms-windows.misc"
PC = "comp.sys.ibm.pc.hardware"
MAC = "comp.sys.mac.hardware"
X_WINDOW = "comp.windows.x"
FORSALE = "misc.forsale"
AUTOS = "rec.autos"
MOTORCYCLES = "rec.motorcycles"
BASEBALL = "rec.sport.baseball"
HOCKEY = "rec.sport.hockey"
CRYPT = "sci.crypt"
ELECTRONICS = "sci.electronics"
MEDICINE = "sci.med"
SPACE = "sci.space"
CHRISTIAN = "soc.religion.christian"
GUNS = "talk.politics.guns"
MIDEAST = "talk.politics.mideast"
POLITICS = "talk.politics.misc"
RELIGION = "talk.religion.misc"

# A set's queries of one kind: questions in other words than posts use, a few keywords, names that posts spell alike.
KINDS = {"questions": slice(0, None, 3), "keywords": slice(1, None, 3), "names": slice(2, None, 3)}


@dataclass(frozen=True, slots=True)
class Query:
    """What someone types; a post from any of the newsgroups would satisfy."""

    text: str
    newsgroups: tuple[str, ...]


TUNING = (
    # Computers
    Query("How do I decide whether a spot lies inside an irregular outline?", (GRAPHICS,)),
    Query("ray tracing software", (GRAPHICS,)),
    Query("Delaunay triangulation", (GRAPHICS,)),
    Query("Everything freezes every few minutes since I put the graphical shell on top of DOS", (WINDOWS,)),
    Query("permanent swap file", (WINDOWS,)),
    Query("WinQVT Trumpet Winsock", (WINDOWS,)),
    Query("Can a clone be made to start up from its other diskette drive?", (PC,)),
    Query("motherboard jumper settings", (PC,)),
    Query("Adaptec 1542B", (PC,)),
    Query("Apple laptop locks up when it is woken", (MAC,)),
    Query("external drive termination", (MAC, PC)),
    Query("Centris 610", (MAC,)),
    Query("How can a program on one workstation show its output on the screen of another?", (X_WINDOW,)),
    Query("widget resource file", (X_WINDOW,)),
    Query("xterm DISPLAY variable", (X_WINDOW,)),
    # For sale
    Query("Somebody leaving town has to get rid of the furniture", (FORSALE,)),
    Query("concert tickets for sale", (FORSALE,)),
    Query("Nikon FM2 lens asking price", (FORSALE,)),
    # Recreation
    Query("Is it better to choose gears by hand or to let the vehicle do it?", (AUTOS,)),
    Query("dealer invoice price", (AUTOS,)),
    Query("Ford Taurus SHO", (AUTOS,)),
    Query("Does pushing the left end of the handlebar really make you go left?", (MOTORCYCLES,)),
    Query("leather jacket and boots", (MOTORCYCLES,)),
    Query("Yamaha V-Max", (MOTORCYCLES,)),
    Query("Is it fair that somebody else takes the hurler's turn with the bat?", (BASEBALL,)),
    Query("bullpen blown saves", (BASEBALL,)),
    Query("Alomar Baerga", (BASEBALL,)),
    Query("Do skaters from overseas take jobs away from Canadians?", (HOCKEY,)),
    Query("power play goals", (HOCKEY,)),
    Query("Teemu Selanne", (HOCKEY,)),
    # Science
    Query("Should the authorities keep a spare of everyone's means to unscramble calls?", (CRYPT,)),
    Query("public key algorithm", (CRYPT,)),
    Query("Skipjack Mykotronx", (CRYPT,)),
    Query("What are the giant concrete chimneys beside atomic plants for?", (ELECTRONICS,)),
    Query("amplifier circuit noise", (ELECTRONICS,)),
    Query("Intel 8051", (ELECTRONICS,)),
    Query("Does the flavoring in Chinese meals really make some guests ill?", (MEDICINE,)),
    Query("kidney stone pain", (MEDICINE,)),
    Query("Lyme disease Borrelia", (MEDICINE,)),
    Query("May a company put giant glowing billboards above the atmosphere?", (SPACE,)),
    Query("lunar base cost", (SPACE,)),
    Query("DC-X Delta Clipper", (SPACE,)),
    # Religion
    Query("Must those who doubt prove that nobody rules the universe?", (ATHEISM,)),
    Query("objective morality", (ATHEISM, RELIGION)),
    Query("Rushdie Satanic Verses", (ATHEISM,)),
    Query("What becomes of people who died without ever hearing the good news?", (CHRISTIAN, RELIGION)),
    Query("infant baptism", (CHRISTIAN,)),
    Query("SSPX Archbishop Lefebvre", (CHRISTIAN,)),
    Query("What do secret brotherhoods with robes and degrees of initiation teach?", (RELIGION,)),
    Query("pagan magick", (RELIGION,)),
    Query("Freemasons Scottish Rite", (RELIGION,)),
    # Politics
    Query("Is a family safer from burglars with something loaded in the bedroom drawer?", (GUNS,)),
    Query("concealed carry permit", (GUNS,)),
    Query("Glock 17", (GUNS,)),
    Query("Should families that fled their villages in 1948 be let back in?", (MIDEAST,)),
    Query("Gaza occupation", (MIDEAST,)),
    Query("Nagorno-Karabakh", (MIDEAST,)),
    Query("Should Washington put a levy on everything that people buy?", (POLITICS,)),
    Query("gays in the military", (POLITICS,)),
    Query("Stephanopoulos briefing", (POLITICS,)),
)

REPORTING = (
    # Computers
    Query("Which program turns a picture saved in one format into another?", (GRAPHICS, WINDOWS)),
    Query("fast polygon fill", (GRAPHICS,)),
    Query("Autodesk 3D Studio", (GRAPHICS,)),
    Query("Find the middle of a ball when only four places on its surface are known", (GRAPHICS,)),
    Query("virtual reality headset", (GRAPHICS,)),
    Query("POV Rayshade Polyray", (GRAPHICS,)),
    Query("How can I replace the picture that greets me while the system loads?", (WINDOWS,)),
    Query("TrueType font printing", (WINDOWS,)),
    Query("Norton Desktop", (WINDOWS,)),
    Query("What can be done to make Microsoft's graphical desktop less sluggish?", (WINDOWS,)),
    Query("program manager icons", (WINDOWS,)),
    Query("CICA ftp.cica.indiana.edu", (WINDOWS,)),
    Query("Is it worth paying extra for the kind of disk connection that workstations use?", (PC, MAC)),
    Query("VESA local bus", (PC,)),
    Query("Gateway 2000 DX2-66", (PC,)),
    Query("Nothing but a row of tones and a dark screen when I switch it on", (PC, MAC)),
    Query("sound card interrupt conflict", (PC, WINDOWS)),
    Query("16550 UART", (PC, WINDOWS)),
    Query("Can an Apple be made to compute faster by swapping its crystal?", (MAC,)),
    Query("NuBus video card", (MAC,)),
    Query("PowerBook Duo 230", (MAC,)),
    Query("How many memory modules have to be added at once to an Apple desktop?", (MAC,)),
    Query("ADB keyboard problem", (MAC,)),
    Query("68LC040 FPU", (MAC,)),
    Query("Why does what I painted vanish as soon as something else has covered it?", (X_WINDOW,)),
    Query("window manager decorations", (X_WINDOW,)),
    Query("XCopyArea", (X_WINDOW,)),
    Query("Several applications want more shades than the display has, and the others turn garish", (X_WINDOW,)),
    Query("Motif versus Athena", (X_WINDOW,)),
    Query("X11R5 xdm Xsession", (X_WINDOW,)),
    # For sale
    Query("I would like to buy a second-hand record player and loudspeakers", (FORSALE,)),
    Query("best offer plus shipping", (FORSALE,)),
    Query("Wolverine Spiderman McFarlane issues", (FORSALE,)),
    Query("Graduating student parts with last year's course literature", (FORSALE,)),
    Query("stereo receiver for sale", (FORSALE,)),
    Query("Sega Genesis Sonic cartridge", (FORSALE,)),
    # Recreation
    Query("Is going far above the limit on the interstate really dangerous?", (AUTOS,)),
    Query("air conditioning Freon", (AUTOS,)),
    Query("Acura Integra GS-R", (AUTOS,)),
    Query("Which small family sedan is the best value for fifteen thousand dollars?", (AUTOS,)),
    Query("anti-lock brakes", (AUTOS,)),
    Query("Subaru SVX", (AUTOS,)),
    Query("An animal chased me down the street and snapped at my leg and wheels", (MOTORCYCLES,)),
    Query("carrying a passenger", (MOTORCYCLES,)),
    Query("Denizens of Doom KotL", (MOTORCYCLES,)),
    Query("What should a beginner choose for learning to ride?", (MOTORCYCLES,)),
    Query("chain and sprocket", (MOTORCYCLES,)),
    Query("Kawasaki ZX-11", (MOTORCYCLES,)),
    Query("Can a number tell how well a man in the infield catches?", (BASEBALL,)),
    Query("umpire strike zone", (BASEBALL,)),
    Query("Barry Bonds", (BASEBALL,)),
    Query("Should a promising teenager be brought up from the farm club at once?", (BASEBALL,)),
    Query("starting rotation ERA", (BASEBALL,)),
    Query("Don Mattingly", (BASEBALL,)),
    Query("Who has the finest painting on what protects his face in the net?", (HOCKEY,)),
    Query("playoff overtime goal", (HOCKEY,)),
    Query("Ulf Samuelsson", (HOCKEY,)),
    Query("Why do fans throw sea creatures onto the ice?", (HOCKEY,)),
    Query("Stanley Cup favorites", (HOCKEY,)),
    Query("Mike Keenan Rangers", (HOCKEY,)),
    # Science
    Query("Can a court make me say the phrase that unlocks my disk?", (CRYPT,)),
    Query("one-time pad", (CRYPT,)),
    Query("PGP RSAREF", (CRYPT,)),
    Query("Could a machine simply try all combinations until a bank's message opens?", (CRYPT,)),
    Query("wiretap chip proposal", (CRYPT,)),
    Query("Dorothy Denning", (CRYPT,)),
    Query("May I put three-hole sockets where the old wall has only two leads?", (ELECTRONICS,)),
    Query("infrared remote receiver", (ELECTRONICS,)),
    Query("Motorola 68HC11", (ELECTRONICS,)),
    Query("How do I learn which number the phone jack in front of me has?", (ELECTRONICS,)),
    Query("battery on concrete floor", (ELECTRONICS,)),
    Query("DTMF decoder chip", (ELECTRONICS,)),
    Query("Can a remedy thinned until nothing is left of it cure anyone?", (MEDICINE,)),
    Query("yeast infection", (MEDICINE,)),
    Query("Crohn's colitis", (MEDICINE,)),
    Query("Blood keeps running from one nostril in winter, what helps?", (MEDICINE,)),
    Query("chronic sinus antibiotics", (MEDICINE,)),
    Query("Seldane Hismanal", (MEDICINE,)),
    Query("Where do those sudden flashes of very energetic rays in the heavens come from?", (SPACE,)),
    Query("shuttle launch schedule", (SPACE,)),
    Query("Comet Shoemaker-Levy", (SPACE,)),
    Query("Could bombs going off behind it drive a ship to the planets?", (SPACE,)),
    Query("space station redesign", (SPACE,)),
    Query("Proton Centaur booster", (SPACE,)),
    # Religion
    Query("Does the motto on American coins offend people without a faith?", (ATHEISM,)),
    Query("weak and strong atheism", (ATHEISM,)),
    Query("Freedom From Religion Foundation", (ATHEISM,)),
    Query("Is a lack of belief in anything divine to blame for mass murder?", (ATHEISM,)),
    Query("women under Islam", (ATHEISM, RELIGION, MIDEAST)),
    Query("Bobby Mozumder", (ATHEISM,)),
    Query("Are a couple husband and wife before the Lord without a wedding?", (CHRISTIAN,)),
    Query("original sin", (CHRISTIAN,)),
    Query("Monophysites Chalcedon", (CHRISTIAN,)),
    Query("On which day of the week should believers rest?", (CHRISTIAN,)),
    Query("speaking in tongues", (CHRISTIAN,)),
    Query("Athanasian Creed Trinity", (CHRISTIAN, RELIGION)),
    Query("Was the ruin of an ancient Phoenician port foretold correctly?", (RELIGION, ATHEISM)),
    Query("Mormon doctrine", (RELIGION, CHRISTIAN)),
    Query("Rosicrucian AMORC", (RELIGION,)),
    Query("Did the ruler of the Third Reich follow the church or the old Germanic gods?", (RELIGION,)),
    Query("number of the beast", (RELIGION, CHRISTIAN)),
    Query("Koresh Seven Seals", (RELIGION, CHRISTIAN)),
    # Politics
    Query("What did the founders mean by a well trained citizen army?", (GUNS,)),
    Query("assault weapons ban", (GUNS,)),
    Query("Sarah Brady Handgun Control Inc", (GUNS,)),
    Query("Who is guilty of the blaze that ended the siege of a sect in Texas?", (GUNS, POLITICS, RELIGION)),
    Query("gun buyback", (GUNS,)),
    Query("BATF no-knock warrant", (GUNS,)),
    Query("Is ambushing troops who hold a strip of a neighboring country a crime or a right?", (MIDEAST,)),
    Query("West Bank settlements", (MIDEAST,)),
    Query("Serdar Argic", (MIDEAST,)),
    Query("Did the Ottoman state set out to wipe out a Christian people in the First World War?", (MIDEAST,)),
    Query("Cyprus invasion", (MIDEAST,)),
    Query("Deir Yassin", (MIDEAST,)),
    Query("What share of men are attracted to their own sex?", (POLITICS,)),
    Query("selective service draft", (POLITICS,)),
    Query("Rodney King Koon Powell", (POLITICS,)),
    Query("Should everybody's doctor bills be paid out of the public purse?", (POLITICS,)),
    Query("economic stimulus package", (POLITICS,)),
    Query("Libertarian Party ballot access", (POLITICS,)),
)
