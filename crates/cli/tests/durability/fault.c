/*
 * A disk that is full or read-only, for a program that is started with this library
 * preloaded: no mount and no privilege is needed, and the disk fails at a chosen byte.
 *
 * The file named by DISK_FAULT says what the disk does now:
 *   "R <n>"    nothing can be written;
 *   "F <n> b"  b more bytes can be written, the write that goes beyond is cut short;
 *   else       all is well.
 * <n> is another number each time, so that the bytes are counted anew. Only regular files
 * are concerned: sockets, pipes and the log of the program work as ever.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long counted_for = -1, used = 0;

struct state { char kind; long number, bytes; };

static struct state now(void)
{
    struct state state = { 0, 0, 0 };
    char text[64] = { 0 };
    const char *path = getenv("DISK_FAULT");
    if (!path) return state;
    int file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return state;
    long length = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    if (length > 0) sscanf(text, "%c %ld %ld", &state.kind, &state.number, &state.bytes);
    return state;
}

static int is_on_disk(int file)
{
    struct stat info;
    return fstat(file, &info) == 0 && S_ISREG(info.st_mode);
}

/* How many of these bytes fit; -1 with errno when none does. */
static ssize_t room(int file, size_t wanted)
{
    if (!is_on_disk(file)) return wanted;
    struct state state = now();
    if (state.kind == 'R') { errno = EROFS; return -1; }
    if (state.kind != 'F') return wanted;
    pthread_mutex_lock(&lock);
    if (counted_for != state.number) { counted_for = state.number; used = 0; }
    long left = state.bytes - used;
    size_t fits = left <= 0 ? 0 : (size_t)left < wanted ? (size_t)left : wanted;
    used += fits;
    pthread_mutex_unlock(&lock);
    if (fits == 0 && wanted > 0) { errno = ENOSPC; return -1; }
    return fits;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *from, size_t size)
{
    ssize_t fits = room(file, size);
    return fits < 0 ? -1 : REAL(write)(file, from, fits);
}

ssize_t pwrite64(int file, const void *from, size_t size, off64_t at)
{
    ssize_t fits = room(file, size);
    return fits < 0 ? -1 : REAL(pwrite64)(file, from, fits, at);
}

ssize_t pwrite(int file, const void *from, size_t size, off_t at)
{
    return pwrite64(file, from, size, at);
}

static int is_read_only(void)
{
    if (now().kind != 'R') return 0;
    errno = EROFS;
    return 1;
}

int ftruncate64(int file, off64_t size)
{
    return is_on_disk(file) && is_read_only() ? -1 : REAL(ftruncate64)(file, size);
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

static int refuses(int flags)
{
    return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) && is_read_only();
}

#define OPEN(name)                                                                        \
    int name(const char *path, int flags, ...)                                            \
    {                                                                                     \
        va_list rest;                                                                     \
        va_start(rest, flags);                                                            \
        int mode = va_arg(rest, int);                                                     \
        va_end(rest);                                                                     \
        return refuses(flags) ? -1 : REAL(name)(path, flags, mode);                       \
    }

OPEN(open)
OPEN(open64)

int unlink(const char *path) { return is_read_only() ? -1 : REAL(unlink)(path); }
int mkdir(const char *path, mode_t mode) { return is_read_only() ? -1 : REAL(mkdir)(path, mode); }
int rename(const char *from, const char *to) { return is_read_only() ? -1 : REAL(rename)(from, to); }
