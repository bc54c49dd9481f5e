"""The Block tree: what is stacked, grouped, connected and said.  Roles, no coordinates.

A text that may be shortened is a tuple of `Wordings`, longest first; layout draws the first that fits.
"""

from typing import Literal, NamedTuple

# Annotations are not postponed where named tuples are: each would be compiled at every start.

Wordings = tuple[str, ...]
Square = Literal["on", "off", "zero"]
Reach = Literal["full", "sliding", "chunked"]
Mark = Literal["scale", "streams", "connector"]
Decay = Literal["head", "channel", "cell", "fixed"]


# ---- leaves


class Cell(NamedTuple):
    """A labelled box.  `key` is what callouts and connectors hold on to, `part` the kind of part it draws.

    `holds`: the keys of parts that it stands for without showing them.
    `marked`: it has a ring around it, since it differs from its counterpart in another tower.
    In an inset, `cached` marks what is kept for later tokens, and a `share` of its upper edge is inked:
    the part of its width that it works on (0: not drawn).  `facts` stand below the name in as many lines as
    they take: none is left out.
    """

    names: Wordings
    details: Wordings = ()
    look: str = "plain"
    key: str = ""
    source: str = ""
    cached: bool = False
    share: float = 0.0
    part: str = ""
    marked: bool = False
    facts: tuple[Wordings, ...] = ()
    holds: tuple[str, ...] = ()


class Op(NamedTuple):
    """A small circle with an operator: plus, times or a function of one argument."""

    symbol: Literal["+", "×", "σ"]


class Sign(NamedTuple):
    """A mark that a tower has on its lines, to be explained."""

    mark: Mark


class Pass(NamedTuple):
    """Where a line goes past the boxes of a row."""


class Words(NamedTuple):
    """Text without a box."""

    wordings: Wordings


class Note(NamedTuple):
    """Lines of text that start at the left."""

    lines: tuple[Wordings, ...]


class HeadGroups(NamedTuple):
    """Query heads over the key-value heads that serve them; `unified`: a cached key head is a value head too.

    `key_width` and `value_width` are the sizes of one head.
    """

    query: int
    key_value: int
    look: str
    key_width: int = 1
    value_width: int = 1
    unified: bool = False


class Grid(NamedTuple):
    """Rows of small squares, each in a state; with `groups` a space divides the rows into so many parts.

    A square is "on", "off" or "zero" (a choice that computes nothing).
    `open_groups` are the parts that are chosen from.
    """

    rows: tuple[tuple[Square, ...], ...]
    look: str
    groups: int = 1
    open_groups: tuple[int, ...] = ()


class State(NamedTuple):
    """A state that is carried from token to token: one matrix of `rows` x `columns` for each head.

    Without `names` it is drawn alone.

    `decay` is how it fades: at one rate a head, one rate a row (channel), one for each number of it, or
    a rate fixed for each head.  `rules` say, line by line, what a token does to it.  `alone`: there is
    but one matrix.
    """

    names: Wordings
    rows: int
    columns: int
    decay: Decay
    rules: tuple[Wordings, ...]
    look: str
    alone: bool = False


class Compression(NamedTuple):
    """Tokens, and the entries made of `ratio` of them; if `overlap`, of twice as many.

    `chosen`: of the entries only some are read, picked by score.
    """

    ratio: int
    overlap: bool
    chosen: bool
    look: str


Leaf = Cell | Op | Sign | Pass | Words | Note | HeadGroups | Grid | State | Compression


# ---- the inside of an inset


class Node(NamedTuple):
    """A leaf at a place of the diagram's grid; rows count upwards, the way data flows."""

    name: str
    block: Leaf
    row: int
    column: int = 0
    span: int = 1


class Edge(NamedTuple):
    """Data that flows from one node to another; the rows of head groups "heads" are "heads q", "k" and "v".

    `side`: enter the target at its side instead of from below.  `enter`: where along the target's
    lower edge, from -1 (left) to 1 (right), when not straight above the start; `leave`: likewise
    along the start's upper edge.
    """

    start: str
    end: str
    side: bool = False
    enter: float | None = None
    leave: float = 0.0


class Diagram(NamedTuple):
    """Nodes on a grid of rows and columns, and the edges between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    weights: tuple[float, ...]


class Mask(NamedTuple):
    """One attention mask with its caption: each token sees a `share` of all, perhaps also a sink."""

    wordings: Wordings
    reach: Reach
    share: float = 1.0
    sink: bool = False


class Prose(NamedTuple):
    """Paragraphs: what a picture has no box or no room to label."""

    paragraphs: tuple[str, ...]


class Masks(NamedTuple):
    """Attention masks side by side, of as many tokens each."""

    masks: tuple[Mask, ...]


class Share(NamedTuple):
    """One part of a whole."""

    name: str
    value: str
    fraction: float
    look: str


class Shares(NamedTuple):
    """A whole divided into parts: bars, largest first."""

    shares: tuple[Share, ...]


class Inset(NamedTuple):
    """What is inside a box of the tower; `key` names the box, empty: the model as a whole.

    `rarity` says how seldom other models have what it draws.
    """

    titles: Wordings
    body: Diagram | Masks | Shares | Prose
    key: str = ""
    source: str = ""
    rarity: float = 0.0


# ---- the tower


class Choice(NamedTuple):
    """Parts of which each layer has one: how many layers have which, and the facts that all of them share."""

    options: tuple[tuple[int, Cell], ...]
    shared: tuple[Wordings, ...] = ()


Slot = Cell | Choice


class Lane(NamedTuple):
    """A slot between norms of its own.  It joins at its own plus, or `joins_after` steps later.

    `fed`: it also takes its row of the tower's `table`.
    """

    pre: Cell | None
    slot: Slot
    post: Cell | None
    joins_after: int = 0
    fed: bool = False


class Step(NamedTuple):
    """One residual step, from below: norm, lanes side by side, norm, convolution, plus, norm of the sum.

    Boxes of norms also say by what is multiplied what passes them.  `scaled`: the stream is, before the plus.

    `within`: its sum is only what the next step reads; the residual stream goes past both.  `mixed`: what
    stands first also reads the blocks of a `Stream` in blocks.  `anew`: whether the layers begin a sum here,
    and do not add to the one before.  `whole`: all lines of the stream are read and written, each as it is.
    """

    pre: Cell | None
    lanes: tuple[Lane, ...]
    post: Cell | None
    within: bool = False
    conv: Cell | None = None
    sum: Cell | None = None
    mixed: bool = False
    anew: Literal["none", "some", "all"] = "none"
    whole: bool = False
    scaled: bool = False


class Repeat(NamedTuple):
    """A frame around the steps of equal layers."""

    times: int
    steps: tuple[Step, ...]
    key: str
    source: str


class Stream(NamedTuple):
    """What a tower's residual stream is: how many lines, and which summands are scaled first.

    Several lines are read and written by each step, or `once` by each layer, whose steps have one line;
    between the steps they may be `mixed`.  `normed`: the norm before a step is one of all lines.
    In `blocks`: the sums of blocks of layers are kept beside the layers, for all later ones to read.
    """

    width: int = 1
    mixed: bool = True
    normed: bool = False
    once: bool = False
    residual_scaled: bool = False
    output_scaled: bool = False
    blocks: bool = False


class Callout(NamedTuple):
    """A short label beside the box `key`; of something `new`, its numbers stand in the accent colour.

    The text begins with what is `usual`: numbers in that are never told apart.
    `headline` is a number that stands alone above the text.  `inside`: what the inset of the box `part`, or
    its figure, also tells; where there is none, the label does.  `told_by`: the parts whose insets tell
    the text, too, if all are drawn.
    """

    key: str
    text: str
    headline: str = ""
    source: str = ""
    inside: tuple[str, ...] = ()
    part: str = ""
    new: bool = False
    told_by: tuple[str, ...] = ()
    usual: str = ""


class Plan(NamedTuple):
    """One way to draw a model's layers: frames from below, labels beside them, and what has no box in words.

    A Cell among the frames is a frame condensed to one line.
    """

    frames: tuple[Repeat | Cell, ...]
    callouts: tuple[Callout, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def mixed(self) -> bool:
        """Whether some layers differ within a frame, or lie apart: their order is not seen in the frames."""
        slots = [
            lane.slot
            for frame in self.frames
            if isinstance(frame, Repeat)
            for step in frame.steps
            for lane in step.lanes
        ]
        return self.apart or any(isinstance(slot, Choice) for slot in slots)

    @property
    def apart(self) -> bool:
        """Whether layers in turns stand in frames of their own."""
        return any(label.text.startswith("of ") for label in self.callouts if label.headline)


class Tower(NamedTuple):
    """The whole model from below: input, embedding, frames of layers, final norm, output.

    `added` is summed to the embedding; `table` feeds layers directly; `ahead` stands beside the final
    norm and shares the output, and what stands `above` it.  `widened` and `narrowed` lead from the
    embedding's width to the stream's and back.  `plans` hold the same layers more and more condensed; layout
    takes the first that fits, from the one on that is `drawn`.
    """

    embedding: Cell
    added: tuple[Cell, ...]
    table: Cell | None
    below: tuple[Cell, ...]
    plans: tuple[Plan, ...]
    final: Cell | None
    ahead: Cell | None
    output: Cell | None
    stream: Stream
    loops: int = 1
    above: tuple[Cell, ...] = ()
    widened: Cell | None = None
    narrowed: Cell | None = None
    drawn: int = 0


# ---- the card


class MapCell(NamedTuple):
    """One sublayer of one layer.  `mark` tells kinds of one look apart."""

    look: str
    mark: int


class Legend(NamedTuple):
    """What one look and mark of the map stands for, and how often."""

    cell: MapCell
    times: int
    wordings: Wordings


class LayerMap(NamedTuple):
    """One column a layer, in order; a column holds the layer's sublayers from below."""

    columns: tuple[tuple[MapCell, ...], ...]
    legend: tuple[Legend, ...]
    pattern: Wordings


class Figure(NamedTuple):
    """One fact of the strip: a number, and what it is in two lines, the first of which may be a bar.

    `beside` stands after the number.  `level`, from 0 to 1, is the bar's; `ends` are the numbers at its ends.
    The last wordings are those for scarce room.  `part`: what it tells of, where callouts may leave it out.
    """

    number: str
    label: Wordings
    above: Wordings = ("",)
    beside: Wordings = ("",)
    level: float | None = None
    ends: tuple[str, str] | None = None
    part: str = ""


class Card(NamedTuple):
    """Everything a card says.

    `lead` names an earlier model, and `news` list what is new against it, the longest list first; if `marks`,
    rings say where.
    """

    title: str
    size: str
    meta: Wordings
    highlights: tuple[str, ...]
    notice: str
    badge: str
    family: str
    lead: str
    news: tuple[Wordings, ...]
    marks: bool
    tower: Tower
    callouts: tuple[Callout, ...]
    insets: tuple[Inset, ...]
    layer_map: LayerMap
    figures: tuple[Figure, ...]
    description: str
    links: tuple[tuple[str, str], ...]
