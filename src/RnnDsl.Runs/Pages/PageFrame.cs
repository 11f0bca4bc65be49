using RnnDsl.Storage;

namespace RnnDsl.Runs;

/// <summary>What all pages have in common.</summary>
static class PageFrame
{
    /// <summary>Colors of lines that color-blind readers tell apart (Okabe &amp; Ito 2008), lighter ones on a dark ground. Lines differ in their dashes too.</summary>
    const string Style = """
        :root{color-scheme:light dark;--ground:#fff;--card:#f6f7f9;--text:#1b1f24;--faint:#5b6470;--line:#d5dae0;--s0:#0072b2;--s1:#c04a00;--s2:#007a5a;--s3:#9a4f86;--s4:#6b6b00;--s5:#444b55}
        @media (prefers-color-scheme:dark){:root{--ground:#14171b;--card:#1d2127;--text:#e8eaed;--faint:#a3acb8;--line:#3a414b;--s0:#56b4e9;--s1:#ff9a56;--s2:#3fd0a4;--s3:#e39cc9;--s4:#d9d24a;--s5:#c3cad4}}
        @media print{:root{color-scheme:light;--ground:#fff;--card:#fff;--text:#000;--faint:#333;--line:#999;--s0:#0072b2;--s1:#c04a00;--s2:#007a5a;--s3:#9a4f86;--s4:#6b6b00;--s5:#444b55}details>*{display:block}section,figure{break-inside:avoid}}
        *{box-sizing:border-box}
        body{margin:0 auto;padding:1rem;max-width:76rem;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,sans-serif}
        h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.15rem;margin:1.6rem 0 .5rem}h3{font-size:1rem;margin:1rem 0 .3rem}
        p{margin:.3rem 0 .7rem;max-width:70ch}.faint{color:var(--faint)}
        .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.6rem;margin:1rem 0}
        .facts div{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.5rem .7rem;overflow-wrap:anywhere}.facts dt,.facts dd{margin:0}.facts dt{color:var(--faint);font-size:.85rem}.facts dd{font-size:1.1rem;font-weight:600}
        .curves,.maps{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:.8rem}
        figure{margin:0 0 .8rem;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.6rem}figcaption{font-size:.88rem;color:var(--faint)}
        .curves figure,.maps figure{margin:0;min-width:0}.curves svg{width:100%;height:auto;display:block}
        svg text{font-family:system-ui,sans-serif}svg text:not([fill]){fill:var(--text)}.grid{stroke:var(--line)}.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.88rem;margin:.2rem 0 0;padding:0;list-style:none}.legend svg{width:2.2rem;height:.7rem;vertical-align:middle;margin-right:.3rem;display:inline}
        .wide{overflow-x:auto}.paper{background:#fff;border-radius:4px;padding:.3rem}.paper svg text:not([fill]){fill:#000}.paper svg{max-width:100%;height:auto}
        table{border-collapse:collapse;font-size:.9rem;margin:.2rem 0 .8rem}caption{text-align:left;color:var(--faint);font-size:.88rem}th,td{border-bottom:1px solid var(--line);padding:.2rem .6rem .2rem 0;text-align:left;vertical-align:top;font-weight:400;max-width:42rem;overflow-wrap:break-word}thead th{font-weight:600}tbody th{color:var(--faint)}td{min-width:5rem;font-variant-numeric:tabular-nums}
        pre{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.6rem;font-size:.85rem;line-height:1.35}summary{cursor:pointer;margin:.4rem 0}code{font-size:.95em}.map{image-rendering:pixelated}.scale{white-space:nowrap}
        """;

    /// <summary>A page. It runs no script and asks for nothing, which its policy enforces also where a text were taken for more than text.</summary>
    public static string Of(string title, Html body) => new Html()
        .Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
        .Raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">")
        .Line($"<title>{Html.Escape(title)}</title>").Raw("<style>\n" + Style + "\n</style>\n</head>\n<body>\n<main>")
        .Raw(body.ToString()).Raw("</main>\n</body>\n</html>").ToString();

    /// <summary>Writes a page to a file, which is replaced.</summary>
    public static void Write(string path, string page) => AtomicFile.WriteText(path, page);
}
