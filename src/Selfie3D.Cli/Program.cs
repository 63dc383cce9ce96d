Console.WriteLine("selfie3d");
