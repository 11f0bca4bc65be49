namespace RnnDsl.Text;

/// <summary>How the tags of words mark entities of several words (Ramshaw &amp; Marcus 1995; Ratinov &amp; Roth 2009).</summary>
public enum TagScheme
{
    /// <summary><c>I-PER</c> in an entity, <c>B-PER</c> only where it touches one of the same type. Data that never use <c>B-</c> are of this scheme.</summary>
    Iob1,

    /// <summary><c>B-PER</c> begins each entity, <c>I-PER</c> goes on with it.</summary>
    Iob2,

    /// <summary><c>B-PER</c> begins, <c>I-PER</c> goes on, <c>E-PER</c> ends an entity; <c>S-PER</c> is one of a single word. What most taggers learn best. BILOU writes <c>L-PER</c> and <c>U-PER</c> for the last two, BMES <c>M-PER</c> for what goes on; both are read as this scheme.</summary>
    Bioes,
}
