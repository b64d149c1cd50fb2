/* SPDX-License-Identifier: MIT */
#include "fault/child.h"

#include "fault/world.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ARGUMENTS = 16
};

static _Noreturn void become(int pipe, const char *const *arguments)
{
    char *copy[ARGUMENTS] = {0};

    for (size_t i = 0; arguments[i] != NULL && i + 1 < ARGUMENTS; i++)
        copy[i] = (char *)(uintptr_t)arguments[i]; /* execv() changes nothing */
    if (pipe != CHILD_PIPE && dup2(pipe, CHILD_PIPE) < 0)
        _exit(126);
    execv(copy[0], copy);
    _exit(127);
}

void child_start(child *c, const char *const *arguments)
{
    int ends[2];

    world_need(pipe(ends) == 0, "no pipe");
    world_need(fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0, "no pipe");
    c->pid = fork();
    world_need(c->pid >= 0, "no process");
    if (c->pid == 0)
        become(ends[1], arguments);
    (void)close(ends[1]);
    world_need(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0, "no pipe");
    c->pipe = ends[0];
}

ptrdiff_t child_read(const child *c, void *bytes, size_t size)
{
    ptrdiff_t got = read(c->pipe, bytes, size);

    if (got < 0) {
        world_need(errno == EAGAIN || errno == EINTR, "the pipe broke");
        return 0;
    }
    return got == 0 ? -1 : got;
}

void child_kill(const child *c)
{
    (void)kill(c->pid, SIGKILL);
}

void child_end(child *c, int killed)
{
    int status = 0;
    int well;

    while (waitpid(c->pid, &status, 0) < 0)
        world_need(errno == EINTR, "no child to wait for");
    (void)close(c->pipe);
    well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (killed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        well = 1;
    world_need(well, "a process ended with status %x", (unsigned)status);
}

void child_say(const void *bytes, size_t size)
{
    world_need(size <= PIPE_BUF && write(CHILD_PIPE, bytes, size) == (ptrdiff_t)size,
               "nobody listens");
}
