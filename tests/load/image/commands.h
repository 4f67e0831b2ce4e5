// The commands of image_load; each prints one line of JSON, or what it serves
// on, and returns an exit code.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::imageload {

using Arguments = std::span<const std::string>;

// source WIDTH HEIGHT FILE [jpeg|progressive|interlaced|avif|webp]: a picture like a photograph.
int MakeSource(Arguments arguments);
// reference FILE WIDTH HEIGHT PNG: decoded whole, resized by Lanczos, cropped in the middle.
int MakeReference(Arguments arguments);
// psnr FILE FILE: in dB.
int ComparePictures(Arguments arguments);
// bare planar|libvips jpeg|webp THREADS SECONDS FILE OUT: transforms to 600×900 cover again and
// again.
int RunBare(Arguments arguments);
// serve FOLDER: an artwork service; prints its address, ends with its standard input.
int ServeArtwork(Arguments arguments);
// ask ADDRESS PID jpeg|webp THREADS COUNT PATH: COUNT originals brought in, then each of them at
// 600×900 cover; the processor time is that of process PID.
int AskForPictures(Arguments arguments);

// flood ADDRESS THREADS RATE SECONDS PATH…: always new originals of the paths in turn, at 600×900
// cover, so many a second (0: each thread asks again when it is answered); how many came and how
// fast, and how fast refusals did.
int FloodWithPictures(Arguments arguments);
// wall ADDRESS THREADS REQUESTS KEYS EXPONENT KNOWN PATH…: Zipf over so many keys. Each answer must
// be what the file KNOWN says of its key, which learns of keys it does not know; a service that
// goes away ends it with what was seen so far.
int AskAsAWall(Arguments arguments);
// stalled ADDRESS READERS PATH: so many readers that take a header and no more, then one honest
// request for another size; how long that took.
int StallReaders(Arguments arguments);

// headers COUNT SEED [FILE…]: so many mutated files of every kind through the transform code, whose
// address space is limited to what it is when warm, the decode budget and 150 MB. Fails when an
// intact image is refused or the peak is higher.
int MutateHeaders(Arguments arguments);

// mutated COUNT SEED FOLDER [FILE…]: writes the same files to FOLDER as mutated-000000 and so on,
// and for every hundredth an intact one as intact-000000.
int WriteMutated(Arguments arguments);
// each ADDRESS THREADS FOLDER: requests every file of FOLDER once, as /NAME at 120×120; how many
// came, by status code, and the names of intact-* files that did not.
int RequestEach(Arguments arguments);

std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, std::string_view bytes);

}  // namespace marquee::imageload
