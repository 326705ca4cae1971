import { hash, verify, type Options } from '@node-rs/argon2';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/** For Argon2id, the library's default: the minimum of OWASP's password storage cheat sheet. Memory in KiB. */
const cost: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Passwords are compared in NFC (RFC 8265), because keyboards encode é differently. Nothing else is changed or cut. */
@Injectable()
export class Passwords implements OnModuleInit {
  private nobodys = '';

  async onModuleInit(): Promise<void> {
    this.nobodys = await this.hash(crypto.randomUUID());
  }

  hash(password: string): Promise<string> {
    return hash(password.normalize('NFC'), cost);
  }

  /** Without a hash the result is false after the same time, so that nobody learns who has an account. */
  async verify(hashed: string | undefined, password: string): Promise<boolean> {
    const fits = await verify(hashed ?? this.nobodys, password.normalize('NFC'));
    return fits && hashed !== undefined;
  }
}
