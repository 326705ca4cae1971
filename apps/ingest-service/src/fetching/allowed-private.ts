/** The private addresses an operator has opened, as `host:port`. The class is the injection token. */
export class AllowedPrivate {
  constructor(readonly addresses: ReadonlySet<string>) {}
}
