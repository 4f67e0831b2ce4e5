// libjpeg ends a fault by a jump: Try is where it lands. Nothing with a destructor may live between
// a call into libjpeg and the Try around it.
#pragma once

#include <absl/status/status.h>
#include <fmt/format.h>
#include <jerror.h>
#include <jpeglib.h>

#include <array>
#include <csetjmp>
#include <cstdio>  // jpeglib.h wants it

namespace marquee::imageproc {

class JpegErrors {
 public:
  JpegErrors() {
    jpeg_std_error(&manager_.base);
    manager_.base.error_exit = &JpegErrors::Exit;
    // Warnings are of trifles, which browsers show too, save for the one.
    manager_.base.emit_message = [](j_common_ptr codec, int level) {
      if (level < 0 && codec->err->msg_code == JWRN_HIT_MARKER) {
        reinterpret_cast<Manager*>(codec->err)->ran_dry = true;
      }
    };
    manager_.base.output_message = [](j_common_ptr) {};
  }
  JpegErrors(const JpegErrors&) = delete;
  JpegErrors& operator=(const JpegErrors&) = delete;

  jpeg_error_mgr* manager() { return &manager_.base; }

  // Whether the data of a scan ended before its rows did; libjpeg makes the rest up.
  bool ran_dry() const { return manager_.ran_dry; }

  // False: `work` called libjpeg, and that ended by Exit or Jump.
  template <class Work>
  bool Try(const Work& work) {
    if (setjmp(manager_.landing) != 0) return false;
    work();
    return true;
  }

  // Why it did; "cannot be decoded: …".
  absl::Status Damage() const {
    return absl::FailedPreconditionError(fmt::format("cannot be decoded: {}", message_.data()));
  }

  // For handlers that libjpeg calls and that cannot go on.
  static void Jump(j_common_ptr codec) {
    std::longjmp(reinterpret_cast<Manager*>(codec->err)->landing, 1);
  }

 private:
  struct Manager {
    jpeg_error_mgr base;  // first: libjpeg knows no more of us
    std::jmp_buf landing;
    char* message;
    bool ran_dry;
  };

  static void Exit(j_common_ptr codec) {
    codec->err->format_message(codec, reinterpret_cast<Manager*>(codec->err)->message);
    Jump(codec);
  }

  std::array<char, JMSG_LENGTH_MAX> message_{};
  Manager manager_{.base = {}, .landing = {}, .message = message_.data(), .ran_dry = false};
};

}  // namespace marquee::imageproc
