using RnnDsl.Sequences;
using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>What a turn is told to the tracker: the system's words and acts, the user's words, and the slots that have a value already.</summary>
readonly record struct TurnText(string System, IReadOnlyList<SystemAct> Acts, string User, IReadOnlyCollection<string> Known);

/// <summary>Makes the inputs and targets of a <see cref="StateModel"/>: the words of system and user, what is known of each, and what is known of each slot.</summary>
/// <param name="ontology">The slots and their values.</param>
/// <param name="encoder">The vocabulary.</param>
/// <param name="forms">Whether forms of words count: those of a value are mentions of it, and seldom words are known by their beginnings. Trackers of earlier versions know no forms.</param>
sealed class TurnReader(Ontology ontology, TextEncoder encoder, bool forms = true)
{
    /// <summary>The classes that are no values.</summary>
    public const int Nothing = 0, AnyValue = 1, Requested = 2, FirstValue = 3;

    /// <summary>Facts of a slot: asked for, asked whether a value is right, value in the user's and in the system's words, its name in these, known already.</summary>
    public const int FactCount = 7;

    /// <summary>Of longer texts the end of the system's and the beginning of the user's words count.</summary>
    const int MostSystemWords = 60, MostUserWords = 120;

    /// <summary>A word that occurs as often in what is learned is one of its own; of others the first letters count.</summary>
    const int OwnCount = 30, StemLetters = 5;

    /// <summary>The word between what the system and what the user said.</summary>
    const string Turn = "<user>";

    /// <summary>Marks of a slot: a value begins, it goes on, and, with forms, it is one.</summary>
    readonly int marksOfSlot = forms ? 3 : 2;

    readonly MentionFinder finder = new(ontology, forms);
    readonly string[] slots = [.. ontology.Informable.Select(i => i.Slot), .. ontology.Requestable];
    readonly string[][] names = [.. ontology.Informable.Select(i => i.Slot).Union(ontology.Requestable).Select(MentionFinder.Words)];
    readonly Dictionary<(int Slot, string Value), int> classes = ontology.Informable.SelectMany((i, slot) => i.Values.Select(value => (slot, value)))
        .Select((pair, i) => (pair, i)).ToDictionary(p => p.pair, p => FirstValue + p.i);

    readonly int[] owners = [.. ontology.Informable.SelectMany((i, slot) => i.Values.Select(_ => slot))];

    /// <summary>A value of a slot that is found in a turn, at a step of the model's first sequence.</summary>
    public readonly record struct Place(int Slot, string Value, int Step);

    public Ontology Ontology => ontology;

    /// <summary>The slots with values, then those that are asked for.</summary>
    public int SlotCount => slots.Length;

    public int ClassCount => FirstValue + classes.Count;

    public int MarkCount => 1 + marksOfSlot * ontology.Informable.Count + names.Length;

    /// <summary>The classes that are values of a slot.</summary>
    public IEnumerable<(int Class, string Value)> ClassesOf(int slot) =>
        slot < ontology.Informable.Count ? ontology.Informable[slot].Values.Select(value => (classes[(slot, value)], value)) : [];

    /// <summary>Whether a class is one of a slot's.</summary>
    public bool Belongs(int number, int slot) => number switch
    {
        Nothing => true,
        AnyValue => slot < ontology.Informable.Count,
        Requested => slot >= ontology.Informable.Count,
        _ => owners[number - FirstValue] == slot,
    };

    /// <summary>The words of turns as the model reads them, for its vocabulary: those that are frequent, and the beginnings of the others.</summary>
    public static IReadOnlyList<string[]> Texts(Ontology ontology, IEnumerable<DialogueTurn> turns)
    {
        var finder = new MentionFinder(ontology);
        string[][] texts = [.. turns.Select(t => Words(t.System, t.User).All).Select(words =>
        {
            HashSet<int> mentioned = [.. finder.Find(words).SelectMany(m => Enumerable.Range(m.Start, m.Length))];
            return words.Where((_, i) => !mentioned.Contains(i)).ToArray();
        })];
        Dictionary<string, int> counts = texts.SelectMany(t => t).CountBy(word => word).ToDictionary();
        return [.. texts.Select(t => Array.ConvertAll(t, word => counts[word] >= OwnCount ? word : Stem(word)))];
    }

    /// <summary>What stands for a word that is seldom: its beginning, with a sign that no word has, so that forms of one word are alike.</summary>
    static string Stem(string word)
    {
        int letters = Math.Min(word.Length, StemLetters);
        return (letters > 0 && char.IsHighSurrogate(word[letters - 1]) ? word[..(letters - 1)] : word[..letters]) + '~';
    }

    static (string[] All, int User) Words(string system, string user)
    {
        string[] before = [.. MentionFinder.Words(system).TakeLast(MostSystemWords)];
        return ([.. before, Turn, .. MentionFinder.Words(user).Take(MostUserWords)], before.Length);
    }

    /// <summary>The places of values in each turn.</summary>
    public List<Place> Places(TurnText turn) => [.. finder.Find(Words(turn.System, turn.User).All).Select(m => new Place(m.Slot, m.Value, m.Start))];

    /// <summary>The inputs of turns.</summary>
    public Dataset Inputs(IReadOnlyList<TurnText> turns) => new(Columns(turns));

    /// <summary>The inputs and targets of dialogues, in which the slots that are known are those of the labels.</summary>
    public Dataset Examples(IEnumerable<DialogueTurn[]> dialogues)
    {
        (DialogueTurn Turn, TurnText Text)[] turns = [.. dialogues.SelectMany(d => d.Select((turn, i) =>
            (turn, new TurnText(turn.System, turn.Acts, turn.User, i == 0 ? [] : [.. d[i - 1].Goal.Keys]))))];
        return new Dataset(
        [
            .. Columns([.. turns.Select(t => t.Text)]),
            Column.Sequences("mentions", SlotCount, [.. turns.Select(t => AtPlaces(t.Text, _ => true))]),
            Column.Sequences("right", SlotCount, [.. turns.Select(t => AtPlaces(t.Text, p => t.Turn.Said.GetValueOrDefault(slots[p.Slot]) == p.Value))]),
            Column.OneHot("classes", ClassCount, [.. turns.Select(t => Enumerable.Range(0, SlotCount).Select(slot => Class(t.Turn, slot)).ToArray())]),
        ]);
    }

    int Class(DialogueTurn turn, int slot) => slot >= ontology.Informable.Count ? turn.Requested.Contains(slots[slot]) ? Requested : Nothing
        : turn.Said.TryGetValue(slots[slot], out string? value) ? value == Ontology.DontCare ? AnyValue : classes.GetValueOrDefault((slot, value)) : Nothing;

    float[] AtPlaces(TurnText turn, Func<Place, bool> counts)
    {
        var result = new float[Words(turn.System, turn.User).All.Length * SlotCount];
        foreach (Place place in Places(turn).Where(counts))
            result[place.Step * SlotCount + place.Slot] = 1;
        return result;
    }

    Column[] Columns(IReadOnlyList<TurnText> turns)
    {
        int[][] numbers = new int[turns.Count][];
        float[][] marks = new float[turns.Count][], facts = new float[turns.Count][];
        for (int i = 0; i < turns.Count; i++)
            (numbers[i], marks[i], facts[i]) = Read(turns[i]);
        int[] all = [.. Enumerable.Range(0, SlotCount)];
        return
        [
            Column.OneHot("words", encoder.Words.Size, numbers), Column.Sequences("marks", MarkCount, marks),
            Column.OneHot("slots", SlotCount, [.. turns.Select(_ => all)]), Column.Sequences("facts", FactCount, facts),
        ];
    }

    (int[] Numbers, float[] Marks, float[] Facts) Read(TurnText turn)
    {
        (string[] words, int user) = Words(turn.System, turn.User);
        int[] numbers = [.. words.Select(word => encoder.WordNumber(!forms || encoder.Words.Contains(word) ? word : Stem(word)))];
        var marks = new float[words.Length * MarkCount];
        var facts = new float[SlotCount * FactCount];
        foreach (Mention mention in finder.Find(words))
        {
            for (int step = mention.Start; step < mention.Start + mention.Length; step++)
            {
                int first = step * MarkCount + 1 + marksOfSlot * mention.Slot;
                marks[first + (step == mention.Start ? 0 : 1)] = 1;
                // A form may be that of another word, which the model shall see.
                if (mention.IsForm)
                    marks[first + 2] = 1;
                else
                    numbers[step] = -1;
            }
            Fact(ontology.Informable[mention.Slot].Slot, mention.Start > user ? 2 : 3);
        }
        for (int step = 0; step < words.Length; step++)
        {
            marks[step * MarkCount] = step > user ? 1 : 0;
            foreach (string[] name in names.Where(name => MentionFinder.IsAt(words, step, name)))
            {
                for (int part = 0; part < name.Length; part++)
                    marks[(step + part) * MarkCount + 1 + marksOfSlot * ontology.Informable.Count + Array.IndexOf(names, name)] = 1;
                Fact(string.Join(' ', name), step > user ? 4 : 5);
            }
        }
        foreach (SystemAct act in turn.Acts)
            Fact(act.Slot, act.Value is null ? 0 : 1);
        foreach (string slot in turn.Known)
            Fact(slot, 6);
        return (numbers, marks, facts);

        void Fact(string name, int fact)
        {
            for (int slot = 0; slot < slots.Length; slot++)
                if (slots[slot] == name)
                    facts[slot * FactCount + fact] = 1;
        }
    }
}
