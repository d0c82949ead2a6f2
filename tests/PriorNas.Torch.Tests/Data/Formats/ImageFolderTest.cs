using PriorNas.Files;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Formats;
using SkiaSharp;

namespace PriorNas.Torch.Tests.Data.Formats;

public sealed class ImageFolderTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Classes_and_files_come_in_ordinal_order()
    {
        folder.MakeImage(SKColors.Lime, 3, 2, "dog", "b.png");
        folder.MakeImage(SKColors.Red, 3, 2, "dog", "a.PNG");
        folder.MakeImage(SKColors.Blue, 3, 2, "Cat", "x.jpeg");
        folder.MakeImage(SKColors.Blue, 3, 2, ".hidden", "x.png");
        File.WriteAllText(folder.At("dog", "notes.txt"), "no image");
        var images = ImageFolder.Open(folder.Path);
        Assert.Equal(["Cat", "dog"], images.Classes);
        Assert.Equal([0, 1, 1], Enumerable.Range(0, images.Count).Select(images.Label));
        Assert.Equal(folder.At("dog", "a.PNG"), images.Describe(1));
        var red = images.Read(1);
        Assert.Equal((3, 2), (red.Width, red.Height));
        Assert.Equal(Enumerable.Repeat<byte[]>([255, 0, 0], 6).SelectMany(pixel => pixel), red.Pixels);
    }

    [Fact]
    public void A_jpeg_is_decoded()
    {
        folder.MakeImage(new SKColor(200, 100, 50), 16, 16, "a", "x.jpg");
        var image = ImageFolder.Open(folder.Path).Read(0);
        Assert.InRange(image.Pixels[0], 196, 204);
        Assert.InRange(image.Pixels[1], 96, 104);
        Assert.InRange(image.Pixels[2], 46, 54);
    }

    [Fact]
    public void A_transparent_pixel_keeps_its_colour()
    {
        folder.MakeImage(new SKColor(255, 0, 0, 128), 1, 1, "a", "x.png");
        Assert.Equal([255, 0, 0], ImageFolder.Open(folder.Path).Read(0).Pixels);
    }

    [Fact]
    public void A_missing_folder_is_named() => Fails(
        $"{folder.At("none")}: no such folder; give one with a subfolder of images for each class.",
        () => ImageFolder.Open(folder.At("none")));

    [Fact]
    public void A_folder_without_classes_is_named() => Fails(
        $"{folder.Path}: no class folders; put the images of each class into a subfolder named after it.",
        () => ImageFolder.Open(folder.Path));

    [Fact]
    public void A_class_without_images_is_named()
    {
        var empty = folder.MakeFolder("cat");
        Fails(
            $"{empty}: no .png, .jpg or .jpeg files; a class needs at least one: add images or remove the folder.",
            () => ImageFolder.Open(folder.Path));
    }

    [Fact]
    public void Missing_parts_are_named()
    {
        Fails($"{folder.At("none")}: no such folder; give one with the subfolders train and val.", () => ImageData.OpenFolder(folder.At("none")));
        Fails(
            $"{folder.Path}: no subfolders train and val; it needs train and val, each with a subfolder of images for each class.",
            () => ImageData.OpenFolder(folder.Path));
        var train = folder.MakeFolder("train");
        Fails(
            $"{folder.Path}: no subfolder val; it needs train and val, each with a subfolder of images for each class; "
            + $"{train}: no class folders; put the images of each class into a subfolder named after it.",
            () => ImageData.OpenFolder(folder.Path));
    }

    [Fact]
    public void All_classes_that_differ_are_named()
    {
        foreach (var name in (string[])["a", "b", "d"])
            folder.MakeImage(SKColors.Red, 1, 1, "train", name, "x.png");
        foreach (var name in (string[])["a", "c", "d"])
            folder.MakeImage(SKColors.Red, 1, 1, "val", name, "x.png");
        Fails(
            $"{folder.At("val")}: no class b, which {folder.At("train")} has; both need the same class folders: add or remove it; "
            + $"{folder.At("train")}: no class c, which {folder.At("val")} has; both need the same class folders: add or remove it.",
            () => ImageData.OpenFolder(folder.Path));
        folder.MakeImage(SKColors.Red, 1, 1, "val", "b", "x.png");
        Fails(
            $"{folder.At("train")}: no class c, which {folder.At("val")} has; both need the same class folders: add or remove it.",
            () => ImageData.OpenFolder(folder.Path));
        folder.MakeImage(SKColors.Red, 1, 1, "train", "c", "x.png");
        Assert.Equal(["a", "b", "c", "d"], ImageData.OpenFolder(folder.Path).Validation.Classes);
    }

    [Fact]
    public void An_undecodable_file_is_named()
    {
        var whole = folder.MakeImage(SKColors.Red, 64, 64, "a", "whole.png");
        var bytes = File.ReadAllBytes(whole);
        File.WriteAllBytes(folder.At("a", "cut.png"), bytes[..(bytes.Length / 2)]);
        File.WriteAllText(folder.At("a", "text.png"), "not an image");
        File.WriteAllText(folder.At("a", "empty.png"), "");
        var images = ImageFolder.Open(folder.Path);
        Fails($"{folder.At("a", "cut.png")}: not a complete PNG or JPEG image (IncompleteInput); replace the file or remove it from the data set.", () => images.Read(0));
        Fails($"{folder.At("a", "empty.png")}: not a complete PNG or JPEG image (unknown format); replace the file or remove it from the data set.", () => images.Read(1));
        Fails($"{folder.At("a", "text.png")}: not a complete PNG or JPEG image (unknown format); replace the file or remove it from the data set.", () => images.Read(2));
        File.Delete(whole);
        Assert.StartsWith($"{whole}: cannot be read (", Assert.Throws<InputException>(() => images.Read(3)).Message, StringComparison.Ordinal);
    }

    private static void Fails(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<InputException>(action).Message);
}
