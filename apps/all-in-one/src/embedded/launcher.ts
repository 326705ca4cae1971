/**
 * Calls back once when the launcher that started this process dies without saying goodbye (kill -9): its IPC channel
 * closes. Without a launcher nothing ever happens. Does not keep the process alive.
 */
export function whenLauncherGoes(callback: () => void): void {
  if (!process.channel) return;
  process.once('disconnect', callback);
  process.channel.unref();
}
