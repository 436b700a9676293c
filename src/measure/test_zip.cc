#include "measure/test_zip.h"

#include <zlib.h>

namespace mote {
namespace {

void put(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) {
    out.push_back(static_cast<std::byte>(i < 8 ? value >> (8 * i) & 0xff : 0));
  }
}

void put(Bytes& out, const std::string& text) {
  for (const char c : text) out.push_back(static_cast<std::byte>(c));
}

Bytes deflated(const Bytes& content) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  Bytes out(deflateBound(&stream, static_cast<uLong>(content.size())));
  stream.next_in = reinterpret_cast<z_const Bytef*>(const_cast<std::byte*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// The fields that local header and directory share, from the flags to the length of the extra
// field.
void put_shared(Bytes& out, const TestEntry& e, std::size_t compressed) {
  const uLong crc = crc32_z(0, reinterpret_cast<const Bytef*>(e.content.data()), e.content.size());
  put(out, e.flags, 2);
  put(out, e.method.value_or(e.deflated ? 8 : 0), 2);
  put(out, 0, 4);  // time and date
  put(out, e.crc.value_or(static_cast<std::uint32_t>(crc)), 4);
  put(out, compressed, 4);
  put(out, e.size.value_or(static_cast<std::uint32_t>(e.content.size())), 4);
  put(out, e.name.size(), 2);
  put(out, 0, 2);
}

}  // namespace

Bytes make_zip(const std::vector<TestEntry>& entries, const std::string& comment) {
  Bytes out;
  Bytes directory;
  for (const TestEntry& e : entries) {
    const Bytes content = e.deflated ? deflated(e.content) : e.content;
    put(directory, 0x02014b50, 4);
    put(directory, 0x00140014, 4);  // versions
    put_shared(directory, e, content.size());
    put(directory, 0, 10);  // comment, disk, attributes
    put(directory, out.size(), 4);
    put(directory, e.name);
    put(out, 0x04034b50, 4);
    put(out, 20, 2);
    put_shared(out, e, content.size());
    put(out, e.name);
    out.insert(out.end(), content.begin(), content.end());
  }
  const std::size_t at = out.size();
  out.insert(out.end(), directory.begin(), directory.end());
  put(out, 0x06054b50, 4);
  put(out, 0, 4);  // disks
  put(out, entries.size(), 2);
  put(out, entries.size(), 2);
  put(out, directory.size(), 4);
  put(out, at, 4);
  put(out, comment.size(), 2);
  put(out, comment);
  return out;
}

}  // namespace mote
