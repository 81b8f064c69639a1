"""The words of pairing codes: short, English, and hard to confuse when read out or typed.

512 of them, so three make 27 bits. No two are one letter apart, and the first four letters tell which one is meant.
"""

from __future__ import annotations

from typing import Final

_LIST: Final = """
acid acorn actor agent alarm album alpine amber anchor angle anvil apple apron arch arctic arena armor arrow artist
aspen atlas atom attic audio august autumn avocado axle bacon badge bagel baker bamboo banana banjo barrel basil
basket beaver bench berry bike biscuit bishop blanket blaze blossom boat bonus border bottle boulder bracket branch
bread brick bridge bronze brush bubble bucket buffalo butter cabin cactus camel canal candle canoe canvas canyon
carbon cargo carpet carrot castle cedar cello cement chain chalk cherry chess chimney circle citrus clay clinic
clock clover coach cobalt coconut coffee comet compass copper coral corner cotton cougar crane crater cricket crown
crystal cube curtain cycle daisy dance decade delta dentist desert diamond diesel dinner diver dollar dolphin domain
donkey dragon drawer drum duck dune dust eagle earth echo eclipse editor elbow emerald empire engine enjoy evening
exit expert fabric factory falcon family farmer feather fence fiber fiddle field figure filter finger finish fire
flag flame flint flute focus fog folder forest fossil freedom frost fruit fuel funnel galaxy gallon garage garden
garlic gate gentle geyser giant giraffe glacier glass globe gold gorilla grain granite grape gravel green grid
guitar habit hammer hamster harbor harvest hawk hedge helmet herald heron hill hippo hobby hockey honey horizon
hotel house humble hunter husky hybrid iceberg icon igloo image impala inch index ink insect island ivory jacket
jaguar jazz jelly jersey jigsaw judge juice jungle junior jury kayak kennel kettle kilo kingdom kitchen kite kiwi
koala label ladder lagoon lake lamp lantern laser laundry lava lawyer leaf legend lemon lens leopard letter lever
library lime linen lion liquid lizard lobster locket logic lotus lucky lumber lunar lunch machine magnet mango maple
marble margin market mask meadow medal melon memory mentor meteor milk mineral mint mirror mobile modem moment moon
morning mosaic motor muffin museum music mustard myth napkin native navy nectar needle neon nest nickel ninja noble
noodle north novel nurse oasis oatmeal object ocean octopus office olive omega onion opera orange orbit orchid organ
origin otter oven oxygen oyster ozone pacific paddle palace panda paper parade pasta patrol peach peanut pebble
pelican pencil pepper phoenix piano picnic pigeon pillow pilot pirate planet plaza plum poem polar pony potato
powder prism profit proton pulse pumpkin puppet purple puzzle pyramid python quail quarry queen quest quiz rabbit
radar raft random ranger raven record reef relay remote rescue ribbon ripple robin roof rubber ruby runner safari
sailor salad salmon sample sandal saturn scarf school scooter secret senior shadow shark shelf shield shrimp signal
silver sketch ski slogan smile snow soccer soda south space spider spoon spring square squid stable statue steam
stone storm studio sugar summer sunset surfer swamp swift symbol tactic target tavern teapot temple tennis texture
thunder ticket tiger timber titan toast tomato torch total tower tractor trophy trumpet tulip tundra turtle twin
uncle unicorn urban vacuum valley vanilla vector velvet veteran viking village vinyl violin visitor volcano voyage
waffle wagon walnut walrus water whale wheat window winter wolf wonder wool yacht yard yellow yogurt zebra zenith
zero zigzag zinc zipper zodiac
"""

WORDS: Final = tuple(_LIST.split())
