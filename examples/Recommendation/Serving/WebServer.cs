using System.CommandLine;
namespace RnnDsl.Examples.Recommendation;
static class WebServer { public static void Run(ParseResult given) { } }
