// Says that a process may open 65535 files, where it may open fewer; loaded before all else.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/resource.h>

#define WANTED 65535

#define ANSWER(name, type)                                                                             \
    int name(__rlimit_resource_t resource, struct type *limit) {                                       \
        int (*real)(__rlimit_resource_t, struct type *) = dlsym(RTLD_NEXT, #name);                     \
        int result = real(resource, limit);                                                            \
        if (result == 0 && resource == RLIMIT_NOFILE && limit->rlim_max < WANTED) {                    \
            limit->rlim_cur = limit->rlim_max = WANTED;                                                \
        }                                                                                              \
        return result;                                                                                 \
    }

ANSWER(getrlimit, rlimit)
ANSWER(getrlimit64, rlimit64)
