/** Has a process that ExportDay.ts started say by IPC, at its end, the most memory (RSS, in bytes) that it had. */
process.once("exit", () => process.send?.(process.resourceUsage().maxRSS * 1024))
process.channel?.unref()
