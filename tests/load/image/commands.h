// The commands of image_load. Each prints one line of JSON, or the address on which it serves, and
// returns an exit code.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace marquee::imageload {

using Arguments = std::span<const std::string>;

// source WIDTH HEIGHT FILE [jpeg|progressive|interlaced|avif|webp]: creates an image like a
// photograph.
int MakeSource(Arguments arguments);
// reference FILE WIDTH HEIGHT PNG: decodes completely, resizes by Lanczos, crops in the middle.
int MakeReference(Arguments arguments);
// psnr FILE FILE: prints the PSNR in dB.
int CompareImages(Arguments arguments);
// bare planar|libvips jpeg|webp THREADS SECONDS FILE OUT: repeats the transform to 600×900 cover.
int RunBare(Arguments arguments);
// serve FOLDER: an artwork service; prints its address and ends with its standard input.
int ServeArtwork(Arguments arguments);
// ask ADDRESS PID jpeg|webp THREADS COUNT PATH: loads COUNT originals, then requests each of them
// at 600×900 cover; measures the processor time of process PID.
int AskForImages(Arguments arguments);

// flood ADDRESS THREADS RATE SECONDS PATH…: requests new originals of the paths in turn at 600×900
// cover, RATE per second (0: each thread requests again after each response); prints how many
// succeeded and the latencies of successes and rejections.
int FloodWithImages(Arguments arguments);
// wall ADDRESS THREADS REQUESTS KEYS EXPONENT KNOWN PATH…: requests KEYS keys by a Zipf
// distribution. Each response must equal the one recorded for its key in the file KNOWN, to which
// new keys are added; if the service ends, the command ends with the results so far.
int AskAsAWall(Arguments arguments);
// stalled ADDRESS READERS PATH: READERS clients read one header and then stop, then one regular
// request for another size; prints how long that took.
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
