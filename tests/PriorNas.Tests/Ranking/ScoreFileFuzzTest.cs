using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Testing;

namespace PriorNas.Tests.Ranking;

/// <summary>No text makes the reader do anything but give finite numbers of different names, or refuse it in words.</summary>
public class ScoreFileFuzzTest
{
    private const long ConstantBytes = 60_000;
    private const long BytesPerCharacter = 200;

    private static readonly string[] Valid =
    [
        "name,arch,acc\narch1,1-2,0.5\narch2,\"3,4\",1e-3\n\"arch \"\"3\"\"\",5,-7\n",
        "acc,name\r\n0.25,a\r\n0.5,b\r\n",
        """{"arch1":{"acc":0.5,"arch":"1-2"},"arch2":{"acc":1e-3,"more":[1,{"acc":2}]}}""",
        """{"\u00e9":{"acc":-0},"b\"":{"acc":123456789012345678901234567890}}""",
    ];

    private static readonly string[] Pieces =
    [
        "\"", "\"\"", ",", "\n", "\r", "\r\n", "\0", " ", "\t", ";", "name", "acc", "arch1", "{", "}", "[", "]", ":", "\\", "\\ud800", "\ud800", "é", "٣", "﻿",
        "NaN", "Infinity", "-", ".", "e", "1e999", "0", "null", "true", "#", "'", "=",
    ];

    [Theory]
    [InlineData("x.csv")]
    [InlineData("x.json")]
    public void Any_text_is_scores_or_bad_input(string path)
    {
        var accepted = new ReaderTrial($"scores {path}", ConstantBytes, BytesPerCharacter).Run(
            Draw,
            text => text.Length,
            text => Read(text, path),
            (text, scores) =>
            {
                Assert.Equal(scores.Names.Length, scores.Names.Distinct().Count());
                Assert.All(scores.Names, name => Assert.True(double.IsFinite(scores[name]), text));
            },
            text => text);
        Assert.InRange(accepted, ReaderTrial.Cases / 40, ReaderTrial.Cases * 3 / 5);
    }

    private static ScoreFile Read(string text, string path)
    {
        try
        {
            return ScoreFile.Parse(text, path, "acc");
        }
        catch (InputException e)
        {
            Assert.StartsWith($"score file '{path}'", e.Message, StringComparison.Ordinal);
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            Assert.True(e.Message.Length < 1500, e.Message);
            throw;
        }
    }

    private static string Draw(RandomStream random) => random.Next(2) == 0 ? RandomText(random) : Mutated(Valid[random.Next(Valid.Length)], random);

    private static string RandomText(RandomStream random) => string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static string Mutated(string text, RandomStream random)
    {
        for (var changes = 1 + random.Next(3); changes > 0; changes--)
        {
            var (at, end) = (random.Next(text.Length + 1), random.Next(text.Length + 1));
            var piece = Pieces[random.Next(Pieces.Length)];
            text = random.Next(4) switch
            {
                0 => text.Insert(at, piece),
                1 => text.Remove(at, Math.Min(1 + random.Next(3), text.Length - at)),
                2 => text[..Math.Min(at, end)] + piece + text[Math.Min(Math.Min(at, end) + 1, text.Length)..],
                _ => text.Insert(at, text[Math.Min(at, end)..Math.Max(at, end)]),
            };
        }

        return text;
    }
}
