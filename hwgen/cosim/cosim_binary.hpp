/* cosim_binary -- the binary files of cosim_files.h, read and written whole by
 * the programs that run Verilated designs.  What goes wrong is thrown. */
#ifndef HEADRACE_COSIM_BINARY_HPP
#define HEADRACE_COSIM_BINARY_HPP

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

class Reader
{
  public:
    explicit Reader(const char *path);

    template <typename T> T item()
    {
        T value;
        copy(&value, sizeof value);
        return value;
    }

    template <typename T> std::vector<T> items(uint64_t count)
    {
        if (count > (bytes_.size() - at_) / sizeof(T))
            throw std::runtime_error("the stimulus file is too short");
        std::vector<T> values(count);
        copy(values.data(), count * sizeof(T));
        return values;
    }

    bool at_end() const { return at_ == bytes_.size(); }

  private:
    void copy(void *to, size_t count)
    {
        if (count > bytes_.size() - at_)
            throw std::runtime_error("the stimulus file is too short");
        if (count > 0)
            std::memcpy(to, bytes_.data() + at_, count);
        at_ += count;
    }

    std::vector<char> bytes_;
    size_t at_ = 0;
};

inline Reader::Reader(const char *path)
{
    std::unique_ptr<FILE, int (*)(FILE *)> file(std::fopen(path, "rb"),
                                                std::fclose);
    if (!file)
        throw std::runtime_error("cannot open the stimulus file");
    char part[1 << 16];
    size_t count;
    while ((count = std::fread(part, 1, sizeof part, file.get())) > 0)
        bytes_.insert(bytes_.end(), part, part + count);
    if (std::ferror(file.get()))
        throw std::runtime_error("cannot read the stimulus file");
}

class Writer
{
  public:
    explicit Writer(const char *path) : file_(std::fopen(path, "wb"))
    {
        if (file_ == nullptr)
            throw std::runtime_error("cannot create the result file");
    }
    Writer(const Writer &) = delete;
    Writer &operator=(const Writer &) = delete;
    ~Writer()
    {
        if (file_ != nullptr)
            std::fclose(file_);
    }

    template <typename T> void item(const T &value)
    {
        write(&value, sizeof value);
    }
    template <typename T> void items(const std::vector<T> &values)
    {
        write(values.data(), values.size() * sizeof(T));
    }
    void close()
    {
        FILE *file = file_;
        file_ = nullptr;
        if (std::fclose(file) != 0)
            failed();
    }

  private:
    [[noreturn]] static void failed()
    {
        throw std::runtime_error("cannot write the result file");
    }
    void write(const void *bytes, size_t count)
    {
        if (count > 0 && std::fwrite(bytes, 1, count, file_) != count)
            failed();
    }

    FILE *file_;
};

#endif
