// XXH3-128 of bytes, for file names, comparing contents and detecting damage. It is fast but not
// collision-resistant against deliberate attacks, so keys must be compared in full.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace marquee::imageproc {

// 32 lower-case hexadecimal digits.
std::string DigestOf(std::string_view bytes);

// The same digest over bytes that arrive in pieces.
class Digester {
 public:
  Digester();
  ~Digester();
  Digester(const Digester&) = delete;
  Digester& operator=(const Digester&) = delete;

  void Add(std::string_view piece);
  std::string Result() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace marquee::imageproc
